/** Where a backend's container may have a file that says what it does from its start, in place of its environment. */
export const startBehaviourFile = '/app/start-behaviour.json'
