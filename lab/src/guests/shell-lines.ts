/** Keeps the second CPU in user mode. */
export const busyInUserMode = "taskset 2 sh -c 'while :; do :; done' &\nsleep 1";
