import { main } from './main.ts';
import { serveAsync } from './models/async.ts';

void main('async', serveAsync);
