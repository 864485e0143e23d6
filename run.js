// Every npm script comes through here: `node run.js NAME arguments…`. Whatever Node there is reads this file
// before it can be told that it is too old, so its syntax is old as well, and it imports nothing at the top.
var version = process.versions.node.split('.').map(Number)
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  console.error(
    `Arcade needs Node 20.19 or newer, and this is ${process.version}: get one from https://nodejs.org`,
  )
  process.exit(1)
}

import('./starter/launch.js').then((launcher) => launcher.launch(process.argv.slice(2)))
