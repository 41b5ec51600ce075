import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { withLock } from './lock.ts';

const validDays = 30;
const dayMilliseconds = 86_400_000;
/** A certificate is reissued this long before it expires, so that no run outlives it. */
const reissueBeforeMilliseconds = dayMilliseconds;
const alwaysCovered = ['localhost', '127.0.0.1', '::1'];

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

/**
 * Makes sure that `directory` holds a private CA and a server certificate signed by it: ECDSA P-256, SHA-256, for
 * localhost, 127.0.0.1, ::1 and the given `hosts` (names or addresses). Keeps valid certificates; reissues one that
 * expires soon, lacks a host or was signed by another CA. Keys have mode 0600. Several processes may call it at the
 * same time.
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
  const paths = {
    ca: join(directory, 'ca.pem'),
    caKey: join(directory, 'ca-key.pem'),
    certificate: join(directory, 'server.pem'),
    key: join(directory, 'server-key.pem'),
  };
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // First runs at the same time must not mix each other's files: what another has made is read under the lock.
    await withLock(directory, async () => {
      let ca = await readPair(paths.ca, paths.caKey);
      if (ca === undefined || !isCurrent(ca, now)) {
        ca = await issueCa(now);
        await writePair(paths.ca, paths.caKey, ca);
      }
      const server = await readPair(paths.certificate, paths.key);
      if (server === undefined || !isCurrent(server, now) || !isSignedBy(server, ca) || !covers(server, wanted)) {
        // Hosts asked for earlier stay covered: two targets used in turn must not undo each other.
        const kept = server === undefined ? [] : hostsOf(server);
        await writePair(paths.certificate, paths.key, await issueServer(ca, [...new Set([...wanted, ...kept])], now));
      }
      await Promise.all([chmod(paths.caKey, 0o600), chmod(paths.key, 0o600)]);
    });
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw new CertificateError(
        'CERT_NOT_WRITABLE',
        `certificates cannot be written to ${directory} (${error.message}): give the user write access to that folder`,
      );
    }
    throw error;
  }
  return { ca: paths.ca, certificate: paths.certificate, key: paths.key };
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

async function readPair(certificateFile: string, keyFile: string): Promise<KeyPair | undefined> {
  try {
    const [certificate, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
    // A damaged file counts as missing.
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)) ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes each file under a temporary name and renames it, so that no process ever reads half a file, or a key that
 * other users can read.
 */
async function writePair(certificateFile: string, keyFile: string, pair: KeyPair): Promise<void> {
  for (const [file, text, mode] of [
    [keyFile, pair.key, 0o600],
    [certificateFile, pair.certificate, 0o644],
  ] as const) {
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, text, { mode });
    await rename(temporary, file);
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
  const names = new X509Certificate(pair.certificate).subjectAltName ?? '';
  return names.split(', ').map((name) => canonical(name.replace(/^(DNS|IP Address):/, '')));
}

/** OpenSSL prints IPv6 addresses in full; the URL parser gives the short form. */
function canonical(host: string): string {
  return isIP(host) === 6 ? new URL(`http://[${host}]`).hostname.slice(1, -1) : host;
}
