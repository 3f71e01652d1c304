/** A dump that the page's own server has. The build writes the list. */
export interface Example {
  /** In the folder of examples. */
  readonly file: string;
  readonly title: string;
  /** What it shows. */
  readonly shows: string;
  /** The release in it. */
  readonly kernel: string;
  readonly sizeText: string;
}

const folder = 'examples';

/** Throws what `fetch` throws. */
export async function fetchExamples(): Promise<readonly Example[]> {
  const response = await fetched('index.json');
  return (await response.json()) as readonly Example[];
}

/** The dump as a file, as if the user had chosen it. */
export async function fetchExample({ file }: Example): Promise<File> {
  const response = await fetched(file);
  return new File([await response.blob()], file);
}

async function fetched(file: string): Promise<Response> {
  const response = await fetch(`${folder}/${file}`);
  if (!response.ok) {
    throw new Error(`${file}: ${response.status}`);
  }
  return response;
}
