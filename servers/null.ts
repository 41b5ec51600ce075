import { main } from './main.ts';
import { serveNothing } from './models/null/server.ts';

void main('null', serveNothing);
