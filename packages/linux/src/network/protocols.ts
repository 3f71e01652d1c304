/** Source: the numbers of IANA (RFC 5237), those that a socket can have. */
const ipProtocols: Readonly<Record<number, string>> = {
  0: 'ip',
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  41: 'ipv6',
  46: 'rsvp',
  47: 'gre',
  58: 'icmpv6',
  89: 'ospf',
  103: 'pim',
  112: 'vrrp',
  132: 'sctp',
  136: 'udplite',
  255: 'raw',
};

/** A protocol of IP by name; its number where it has none here. */
export function ipProtocolName(protocol: number): string {
  return ipProtocols[protocol] ?? String(protocol);
}

/** By number. Source: Linux, include/uapi/linux/netlink.h. */
const netlinkFamilies: readonly string[] = [
  'route',
  'unused',
  'usersock',
  'firewall',
  'sock-diag',
  'nflog',
  'xfrm',
  'selinux',
  'iscsi',
  'audit',
  'fib-lookup',
  'connector',
  'netfilter',
  'ip6-firewall',
  'dnrtmsg',
  'kobject-uevent',
  'generic',
  'dm',
  'scsi-transport',
  'ecryptfs',
  'rdma',
  'crypto',
  'smc',
];

/** A family of netlink by name; its number where it has none here. */
export function netlinkFamilyName(family: number): string {
  return netlinkFamilies[family] ?? String(family);
}
