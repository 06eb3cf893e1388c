import * as serializers from '@uno-cache/serializers';

export const names: readonly string[] = Object.keys(serializers);
