// The stack ships no types. One file here for each library, named after it.
/// <reference path="./corestore.d.ts" />
/// <reference path="./hyperbee.d.ts" />
/// <reference path="./hypercore.d.ts" />
/// <reference path="./hypercore-id-encoding.d.ts" />
/// <reference path="./hyperdht.d.ts" />
/// <reference path="./hyperswarm.d.ts" />
/// <reference path="./protomux.d.ts" />
/// <reference path="./protomux-rpc.d.ts" />
/// <reference path="./secret-stream.d.ts" />
/// <reference path="./sodium-universal.d.ts" />
