// The thread that fetches by http and https.
import { serveFetching } from './serve-fetching.ts';

serveFetching();
