// Keeps what V8 compiled of the bundled command, for the next run: compiling it took a quarter of
// a probe's time. A user who can write such a file runs code as its reader. V8 also takes a damaged
// file, and one of another source of equal length (tried with 20.20, 22.23 and 24.22). So a file
// counts only if this user alone can have written it and its checksum is right.
//
// `module.enableCompileCache` (Node 22.1 and later) does a like thing, but not on Node 20, and asks
// not whose its files are.
const fs = require('node:fs');
const { dirname, join } = require('node:path');
const { crc32 } = require('node:zlib');

/** Of versions of Node, versions of the command, and commands: some 15 MB. */
const maxFiles = 16;
const checksumBytes = 4;
const othersMayWrite = 0o022;
const othersMayEnter = 0o077;
/** Of this version or an earlier one, and of a process that was ended while it wrote. */
const ownName =
  /^v\d[\w.+-]*_[a-z0-9]+_[a-z0-9]+(?:_[0-9a-f]+){3}_(?:-|[a-z]{1,20})(?:\.\d+\.part)?$/;

/**
 * The name of the file for this source and command under this Node, its processor and its flags.
 * Each command has its own, for it compiles only what it runs.
 */
exports.cacheName = (source, command) => {
  const flags = JSON.stringify([process.execArgv, process.env.NODE_OPTIONS ?? '']);
  return [
    process.version,
    process.platform,
    process.arch,
    crc32(flags).toString(16),
    source.length.toString(16),
    crc32(source).toString(16),
    /^[a-z]{1,20}$/.test(command ?? '') ? command : '-',
  ].join('_');
};

/** The compiled code in this folder under this name; undefined where none can be trusted. */
exports.readCodeCache = (folder, name) => {
  let file;
  try {
    if (!isPrivate(folder)) {
      return undefined;
    }
    file = fs.openSync(join(folder, name), fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
    const status = fs.fstatSync(file);
    if (!status.isFile() || !isOurs(status) || (status.mode & forOthers(othersMayWrite)) !== 0) {
      return undefined;
    }
    const content = fs.readFileSync(file);
    const data = content.subarray(0, -checksumBytes);
    return content.readUInt32LE(data.length) === crc32(data) ? data : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) {
      fs.closeSync(file);
    }
  }
};

/**
 * Keeps compiled code in this folder, made where it is missing, and removes the oldest of too much;
 * never a file that is none of ours. Where that cannot be, it is left: the command does without.
 */
exports.writeCodeCache = (folder, name, data) => {
  const part = join(folder, `${name}.${process.pid}.part`);
  try {
    if (!makePrivate(folder)) {
      return;
    }
    const checksum = Buffer.alloc(checksumBytes);
    checksum.writeUInt32LE(crc32(data));
    fs.writeFileSync(part, Buffer.concat([data, checksum]), { mode: 0o600, flag: 'wx' });
    fs.renameSync(part, join(folder, name));
    removeOldest(folder);
  } catch {
    removeIfThere(part);
  }
};

/** Makes the folder only within one of ours: root does not leave its own in a user's home. */
function makePrivate(folder) {
  const missing = [];
  let parent = folder;
  while (!fs.existsSync(parent)) {
    missing.unshift(parent);
    parent = dirname(parent);
  }
  if (!isOurs(fs.statSync(parent))) {
    return false;
  }
  for (const each of missing) {
    // Not `recursive`: with it Node 20 never returns where nothing can be made, as in /proc.
    fs.mkdirSync(each, { mode: 0o700 });
  }
  return isPrivate(folder);
}

/**
 * Nor may others have chosen where the folder lies: the one above it, which is of the command too,
 * is no link, ours, and only we can put another in its place.
 */
function isPrivate(folder) {
  return isOwnFolder(folder, othersMayEnter) && isOwnFolder(dirname(folder), othersMayWrite);
}

function isOwnFolder(folder, forbidden) {
  const status = fs.lstatSync(folder);
  return status.isDirectory() && isOurs(status) && (status.mode & forOthers(forbidden)) === 0;
}

/** Windows has neither users nor modes here: a user's profile is private by its access list. */
const isOurs = ({ uid }) => process.geteuid === undefined || uid === process.geteuid();
const forOthers = (mode) => (process.geteuid === undefined ? 0 : mode);

function removeOldest(folder) {
  const names = fs.readdirSync(folder).filter((name) => ownName.test(name));
  const files = names.map((name) => {
    const path = join(folder, name);
    return { path, time: fs.lstatSync(path).mtimeMs };
  });
  files.sort((a, b) => b.time - a.time);
  for (const { path } of files.slice(maxFiles)) {
    removeIfThere(path);
  }
}

function removeIfThere(path) {
  try {
    fs.unlinkSync(path);
  } catch {
    // Gone already, or not ours to remove.
  }
}
