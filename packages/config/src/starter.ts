/** What `vmcorekit init` writes: everything explained, nothing in effect. */
export const starter: string = `# yaml-language-server: $schema=https://unpkg.com/@vmcorekit/config/schema.json
# Configuration of vmcorekit. \`vmcorekit trust vmcorekit.config.yaml\` lets it count; docs/configuration.md explains it.

# Presets, whose plug-ins and rules come before these: files beside this one, or packages.
extends: []
#  - ./site.yaml

# Plug-ins: files beside this one, or packages. \`vmcorekit plugins\` shows what is loaded.
plugins: []
#  - ./my-heuristic.mjs

# Rules in order; later ones win, setting by setting. \`vmcorekit config --explain DUMP\` shows which match.
rules: []
#  - name: ovmf-farm
#    match:
#      path: '/srv/dumps/ovmf-*/**'   # also: format, container, capturedBy, writtenBy, architecture, pageSize,
#      writtenBy: qemu                #       memorySize, cpus, host, nodename, release, buildId
#      memorySize: { from: 4 GiB }
#    heuristics: [vmcoreinfo-note, cr3-walk, [step-scan, { from: 0, to: 32 MiB, step: 1 MiB }]]
#    timeLimit: 5 s
#    symbols: /boot/System.map-{release}
#  - name: legacy-lab
#    match: { host: 'lab-*' }
#    physBase: 16 MiB                 # still verified, and reported as given
`;
