import { remoteHost } from '../remote-host.ts';
import { serverRequest } from './request.ts';

/** A harness that starts a server on "target", prints its process id, and waits to be killed. */
const [sshConfig, bundleDirectory = '', certificate = '', key = '', run = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const opener = await remoteHost({ destination: 'target', sshConfig }, signal);
const { host } = await opener.open({ run, bundleDirectory, certificate, key, signal });
const { ready } = await host.startServer(serverRequest());
process.stdout.write(`${ready.pid}\n`);
