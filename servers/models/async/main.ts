import { main } from '../../main.ts';
import { serveAsync } from './server.ts';

void main('async', serveAsync);
