import type { Import } from './imports.ts';
import { floors, hostFolders, type Room, testPatterns } from './layers.ts';

/** Violations of the table of layers, one sentence each. Pure. */
export function objections(files: readonly string[], imports: readonly Import[]): string[] {
  return [
    ...files
      .filter((file) => !isTest(file) && placeOf(file) === undefined)
      .map((file) => `${file}: its folder is in no layer`),
    ...imports.flatMap((one) => objectionTo(one) ?? []),
    ...circles(imports.filter(({ file }) => !isTest(file))),
  ];
}

function objectionTo(one: Import): string | undefined {
  const why = isTest(one.file) ? whyNotInTest(one) : whyNot(one);
  return why && `${one.file} imports ${one.imported}: ${why}`;
}

function whyNotInTest({ file, imported }: Import): string | undefined {
  if (imported === 'bench/cli.ts') return 'the command line is started, not imported';
  if (isOurs(imported) && isOfHost(file) && !isOfHost(imported)) return 'tests of a host know nothing of the harness';
  return undefined;
}

function whyNot({ file, imported }: Import): string | undefined {
  const from = placeOf(file);
  if (from === undefined) return undefined;
  if (!isOurs(imported)) {
    return from.room.isPure && imported.startsWith('node:') ? `${from.room.path} is pure` : undefined;
  }
  if (isTest(imported)) return 'the product imports nothing of tests';
  const to = placeOf(imported);
  return to === undefined || to.name === from.name ? undefined : whyNotBetween(from, to, imported);
}

function whyNotBetween(from: Place, to: Place, imported: string): string | undefined {
  if (from.room.imports?.some((path) => isNamed(path, imported, to)) === false) {
    return `${from.room.path} imports only ${from.room.imports.join(', ') || 'itself'}`;
  }
  if (to.floor < from.floor) return 'an import upwards';
  return to.floor === from.floor ? 'rooms of one floor do not import each other' : undefined;
}

/** A file of the tree, not a package. */
function isOurs(imported: string): boolean {
  return imported.includes('/') && /\.(ts|mjs)$/.test(imported);
}

/** True when `path` is the imported file, its room, or a folder within its room. */
function isNamed(path: string, imported: string, { room }: Place): boolean {
  if (path === room.path || path === imported) return true;
  return path.endsWith('/') && path.startsWith(room.path) && imported.startsWith(path);
}

interface Place {
  room: Room;
  /** Tells apart the folders that one room with "*" stands for. */
  name: string;
  /** 0 is the top. */
  floor: number;
}

const rooms = floors.flatMap((floor, index) => floor.map((room) => ({ room, floor: index })));

function placeOf(file: string): Place | undefined {
  const places = rooms.flatMap(({ room, floor }) => {
    const name = nameIn(room.path, file);
    return name === undefined ? [] : [{ room, floor, name }];
  });
  return places.toSorted((one, other) => other.name.length - one.name.length)[0];
}

/**
 * The room's path, or for a room with "*" the folder that holds the file; undefined when the file is not in the room.
 */
function nameIn(path: string, file: string): string | undefined {
  if (!path.endsWith('*')) return file === path || (path.endsWith('/') && file.startsWith(path)) ? path : undefined;
  const parent = path.slice(0, -1);
  const [folder, ...rest] = file.slice(parent.length).split('/');
  return file.startsWith(parent) && rest.length > 0 ? `${parent}${folder}/` : undefined;
}

function isTest(file: string): boolean {
  return testPatterns.some((pattern) => pattern.test(file));
}

function isOfHost(file: string): boolean {
  return hostFolders.some((folder) => file.startsWith(folder));
}

/** Each file that imports itself through other files, with the chain of imports. */
function circles(imports: readonly Import[]): string[] {
  const importedBy = Map.groupBy(imports, ({ file }) => file);
  const wayBack = (start: string) => {
    const ways = new Map([[start, start]]);
    for (const [file, way] of ways) {
      for (const { imported } of importedBy.get(file) ?? []) {
        if (imported === start) return `${way} -> ${start}`;
        if (!ways.has(imported)) ways.set(imported, `${way} -> ${imported}`);
      }
    }
    return undefined;
  };
  return [...importedBy.keys()].flatMap((file) => wayBack(file) ?? []).map((way) => `a circle: ${way}`);
}
