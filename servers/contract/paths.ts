/** Path of the websocket endpoint. A server refuses an upgrade of any other path. */
export const websocketPath = '/readings';
/** Path of the plain HTTPS request, answered with 200 and a line of JSON. Any other path gets 404. */
export const healthPath = '/healthz';
