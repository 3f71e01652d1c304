// The thread that fetches from S3. Only it knows credentials.
import { serveFetching } from '@vmcorekit/source-http/fetching';
import { S3Client } from './s3-client.ts';

const client = new S3Client(process.env);
serveFetching((url, headers, send) => client.exchange(url, headers, send));
