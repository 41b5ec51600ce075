import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { addSet, removeAbandoned, type SetFile, setNumbers } from './sets.ts';

const validDays = 30;
const dayMilliseconds = 86_400_000;
/** A certificate is reissued this long before it expires, so that no run outlives it. */
const reissueBeforeMilliseconds = dayMilliseconds;
const alwaysCovered = ['localhost', '127.0.0.1', '::1'];
const names = { ca: 'ca.pem', caKey: 'ca-key.pem', certificate: 'server.pem', key: 'server-key.pem' };

/** Paths of PEM files. The key of the CA lies beside them, and only `ensureCertificates` reads it. */
export interface CertificateFiles {
  ca: string;
  certificate: string;
  key: string;
}

/** Certificates cannot be issued. `code` is stable; `message` says what to do. */
export class CertificateError extends Error {
  readonly code: 'CERT_BAD_HOST' | 'CERT_NOT_WRITABLE';
  constructor(code: CertificateError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

interface KeyPair {
  certificate: string;
  key: string;
}

interface CertificateSet {
  ca: KeyPair;
  server: KeyPair;
}

/**
 * Makes sure that `directory` holds a private CA and a server certificate signed by it: ECDSA P-256, SHA-256, for
 * localhost, 127.0.0.1, ::1 and the given `hosts` (names or addresses). Keeps valid certificates; reissues one that
 * expires soon, lacks a host or was signed by another CA. Keys have mode 0600. Several processes may call it at the
 * same time: the files that it returns belong together and never change.
 *
 * @throws CertificateError CERT_BAD_HOST when a host is neither a name nor an address; CERT_NOT_WRITABLE when
 * `directory` cannot be written.
 */
export async function ensureCertificates(
  directory: string,
  hosts: readonly string[],
  now = new Date(),
): Promise<CertificateFiles> {
  const wanted = [...new Set([...alwaysCovered, ...hosts.map(checkedHost)])];
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await removeAbandoned(directory);
    for (;;) {
      const numbers = await setNumbers(directory);
      const newest = numbers.at(-1) ?? 0;
      const current = await readSet(pathsOf(directory, newest));
      const good = await goodSet(current, wanted, now);
      const number = good.server === current.server ? newest : newest + 1;
      // Another process may be quicker: its set is then the newest.
      if (number !== newest && !(await addSet(directory, number, filesOf(good)))) continue;
      const { caKey, ...files } = pathsOf(directory, number);
      await removeExpired(
        directory,
        numbers.filter((other) => other !== number),
        now,
      );
      await Promise.all([chmod(caKey, 0o600), chmod(files.key, 0o600)]);
      return files;
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw new CertificateError(
        'CERT_NOT_WRITABLE',
        `certificates cannot be written to ${directory} (${error.message}): give the user write access to that folder`,
      );
    }
    throw error;
  }
}

/** A set that is good, with all that is good of the current one. */
async function goodSet(current: Partial<CertificateSet>, wanted: string[], now: Date): Promise<CertificateSet> {
  const ca = current.ca !== undefined && isCurrent(current.ca, now) ? current.ca : await issueCa(now);
  const { server } = current;
  if (server !== undefined && isCurrent(server, now) && isSignedBy(server, ca) && covers(server, wanted)) {
    return { ca, server };
  }
  // Hosts asked for earlier stay covered: two targets used in turn must not undo each other.
  const kept = server === undefined ? [] : hostsOf(server);
  return { ca, server: await issueServer(ca, [...new Set([...wanted, ...kept])], now) };
}

function checkedHost(host: string): string {
  if (
    isIP(host) !== 0 ||
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(host)
  ) {
    return host;
  }
  throw new CertificateError('CERT_BAD_HOST', `"${host}" is neither a host name nor an IP address: correct it`);
}

async function issueCa(now: Date): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: 'pi-websocket-bench private CA' }], {
    ...ecdsa(now),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { certificate: made.cert, key: made.private };
}

async function issueServer(ca: KeyPair, hosts: string[], now: Date): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: 'pi-websocket-bench' }], {
    ...ecdsa(now),
    ca: { key: ca.key, cert: ca.certificate },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
      },
    ],
  });
  return { certificate: made.cert, key: made.private };
}

function ecdsa(now: Date) {
  return {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // Valid since a minute ago, for a server whose clock runs a little behind.
    notBeforeDate: new Date(now.getTime() - 60_000),
    notAfterDate: new Date(now.getTime() + validDays * dayMilliseconds),
  } as const;
}

function pathsOf(directory: string, number: number) {
  const folder = join(directory, String(number));
  return {
    ca: join(folder, names.ca),
    caKey: join(folder, names.caKey),
    certificate: join(folder, names.certificate),
    key: join(folder, names.key),
  };
}

function filesOf({ ca, server }: CertificateSet): SetFile[] {
  return [
    { name: names.caKey, text: ca.key, mode: 0o600 },
    { name: names.ca, text: ca.certificate, mode: 0o644 },
    { name: names.key, text: server.key, mode: 0o600 },
    { name: names.certificate, text: server.certificate, mode: 0o644 },
  ];
}

/** What can be read of a set. */
async function readSet(paths: ReturnType<typeof pathsOf>): Promise<Partial<CertificateSet>> {
  const ca = await readPair(paths.ca, paths.caKey);
  const server = await readPair(paths.certificate, paths.key);
  return { ...(ca && { ca }), ...(server && { server }) };
}

async function readPair(certificateFile: string, keyFile: string): Promise<KeyPair | undefined> {
  try {
    const [certificate, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
    // A damaged file counts as missing.
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)) ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the expired sets. A younger set may be in use by a run. */
async function removeExpired(directory: string, sets: readonly number[], now: Date): Promise<void> {
  for (const number of sets) {
    const { server } = await readSet(pathsOf(directory, number));
    if (server !== undefined && new X509Certificate(server.certificate).validToDate > now) continue;
    await rm(join(directory, String(number)), { recursive: true, force: true });
  }
}

function isCurrent(pair: KeyPair, now: Date): boolean {
  const { validFromDate, validToDate } = new X509Certificate(pair.certificate);
  return validFromDate <= now && validToDate.getTime() > now.getTime() + reissueBeforeMilliseconds;
}

function isSignedBy(pair: KeyPair, ca: KeyPair): boolean {
  const issuer = new X509Certificate(ca.certificate);
  return new X509Certificate(pair.certificate).verify(issuer.publicKey);
}

function covers(pair: KeyPair, hosts: string[]): boolean {
  const certificate = new X509Certificate(pair.certificate);
  return hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)));
}

function hostsOf(pair: KeyPair): string[] {
  const hosts = new X509Certificate(pair.certificate).subjectAltName ?? '';
  return hosts.split(', ').map((name) => canonical(name.replace(/^(DNS|IP Address):/, '')));
}

/** OpenSSL prints IPv6 addresses in full; the URL parser gives the short form. */
function canonical(host: string): string {
  return isIP(host) === 6 ? new URL(`http://[${host}]`).hostname.slice(1, -1) : host;
}
