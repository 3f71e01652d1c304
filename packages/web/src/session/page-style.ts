import { plainStyle, type Style } from '@vmcorekit/report';

/** How the command's words look on the page: no colours, and columns that fit its usual width. */
export const pageStyle: Style = plainStyle(100);
