export { Shelf } from './dumps/shelf.ts';
export { instructions, triageRequest } from './instructions.ts';
export { createServer } from './server.ts';
