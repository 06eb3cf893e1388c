import type { Type } from 'protobufjs';
import protobufjs from 'protobufjs';

const { root } = protobufjs.parse(`
  syntax = "proto3";
  message Address { string street = 1; string city = 2; string zip = 3; string country = 4; }
  message Preferences { string language = 1; string theme = 2; bool newsletter = 3; int32 pageSize = 4; }
  message Profile {
    string id = 1; string name = 2; string mail = 3; bool verified = 4; repeated string roles = 5;
    double createdAt = 6; double lastSeenAt = 7; Address address = 8; Preferences preferences = 9; int32 visits = 10;
  }
  message Product {
    int32 id = 1; string sku = 2; string title = 3; string description = 4; double price = 5; int32 stock = 6;
    repeated string tags = 7; string image = 8;
  }
  message Products { repeated Product items = 1; }
  message Point { double at = 1; int32 views = 2; int32 visitors = 3; double bounceRate = 4; double revenue = 5; }
  message Analytics { string site = 1; double from = 2; double to = 3; repeated Point points = 4; }
`);

/** The message type of a payload. */
export function messageType(name: string): Type {
  return root.lookupType(name);
}
