console.log('@uno-cache/bench: nothing here yet');

export {};
