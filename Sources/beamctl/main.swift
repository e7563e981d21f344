import BeamctlCommands

await Main.run()
