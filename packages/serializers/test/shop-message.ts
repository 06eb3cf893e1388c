import protobufjs from 'protobufjs';

const source = `
  syntax = "proto3";
  package shop;
  enum Role { READER = 0; EDITOR = 1; }
  message User {
    int64 id = 1;
    string name = 2;
    repeated Role roles = 3;
    map<string, int32> visits = 4;
    bytes avatar = 5;
    User parent = 6;
    double balance = 7;
    bool active = 8;
    uint64 points = 9;
    optional int32 age = 10;
    oneof contact { string mail = 11; string phone = 12; }
    map<string, User> friends = 13;
    repeated int64 orders = 14;
    float ratio = 15;
    map<int64, string> notes = 16;
  }
`;

export const shop: protobufjs.Root = protobufjs.parse(source).root;
export const User: protobufjs.Type = shop.lookupType('shop.User');

/** A user with every field set that has no presence of its own: what comes back of `{}`. */
export const BLANK: Readonly<Record<string, unknown>> = Object.freeze({
  id: 0,
  name: '',
  roles: [],
  visits: {},
  avatar: new Uint8Array(0),
  balance: 0,
  active: false,
  points: 0,
  friends: {},
  orders: [],
  ratio: 0,
  notes: {},
});
