/** The websocket endpoint. An upgrade of any other path is refused. */
export const websocketPath = '/readings';
/** The plain HTTPS request: 200 and a line of JSON. Any other path is 404. */
export const healthPath = '/healthz';
