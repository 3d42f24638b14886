// Loaded before a server of Node's (node --require): it then listens on this computer alone, whatever it asks for.
"use strict";
const { Server } = require("node:net");
const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...more) {
  return listen.call(this, { port: Number(port), host: "127.0.0.1" }, ...more.filter((each) => typeof each === "function"));
};
