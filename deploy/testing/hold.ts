import { remoteHost } from '../remote-host.ts';
import { serverRequest } from './request.ts';

/** A harness that starts a server on "target", tells its process id, and waits to be killed. */
const [sshConfig, bundleDirectory = '', certificate = '', key = ''] = process.argv.slice(2);
const opener = await remoteHost({ destination: 'target', sshConfig });
const { host } = await opener.open({ bundleDirectory, certificate, key, signal: new AbortController().signal });
const { ready } = await host.startServer(serverRequest());
process.stdout.write(`${ready.pid}\n`);
