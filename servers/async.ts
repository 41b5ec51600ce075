import { main } from './main.ts';
import { serveAsync } from './models/async/server.ts';

void main('async', serveAsync);
