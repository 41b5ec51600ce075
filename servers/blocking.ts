import { main } from './main.ts';
import { serveBlocking } from './models/blocking/server.ts';

void main('blocking', serveBlocking);
