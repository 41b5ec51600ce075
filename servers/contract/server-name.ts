/**
 * The name of a server, which is that of its folder in servers/models/: words of small letters and digits with dashes
 * between, each of which begins with a letter. So no name ends in a dash and a number, as a contender's key does.
 */
export const serverNamePattern = /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/;
