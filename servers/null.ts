import { main } from './main.ts';
import { serveNothing } from './models/null.ts';

void main('null', serveNothing);
