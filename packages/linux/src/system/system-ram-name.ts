/** RAM as the firmware or a hotplug names it: `System RAM`, `System RAM (kmem)`. */
const ramName = /^System RAM(?: \(|$)/;

/** Whether a resource of that name is RAM. */
export function isSystemRam(name: string): boolean {
  return ramName.test(name);
}
