import { main } from '../../main.ts';
import { serveNothing } from './server.ts';

void main('null', serveNothing);
