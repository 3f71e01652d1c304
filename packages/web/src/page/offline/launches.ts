interface LaunchQueue {
  setConsumer(consume: (launch: { readonly files: readonly FileSystemFileHandle[] }) => void): void;
}

/**
 * Takes the files that the operating system opens with the installed page, where a browser has
 * that.
 */
export function takeLaunches(take: (files: readonly File[]) => void): void {
  const { launchQueue } = window as { readonly launchQueue?: LaunchQueue };
  launchQueue?.setConsumer(({ files: handles }) => {
    void Promise.all(handles.map((handle) => handle.getFile())).then((files) => {
      if (files.length > 0) {
        take(files);
      }
    });
  });
}
