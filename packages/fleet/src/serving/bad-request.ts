/** What a client asked for is not there, or makes no sense. The message goes to it. */
export class BadRequest extends Error {
  override readonly name: string = 'BadRequest';
  readonly status: number;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.status = status;
  }
}
