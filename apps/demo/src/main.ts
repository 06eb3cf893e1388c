console.log('@uno-cache/demo: nothing here yet');

export {};
