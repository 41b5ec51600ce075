import { main } from '../../main.ts';
import { serveBlocking } from './server.ts';

void main('blocking', serveBlocking);
