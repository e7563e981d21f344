import CLinux
import Glibc
import ProcessTree

// beamctl-keeper SLOT: keeps the BEAM of the slot whose directory this is. Started by the daemon in a session of its own; it
// outlives the daemon, and ends with the BEAM.
// beamctl-keeper --program: runs what standard input names, for a command, and ends with that command at the latest.
// beamctl-keeper --tied PROCESS PROGRAM ARGUMENT…: becomes a program that ends with the command whose process that is.
//
// Exit codes: 0 the BEAM ran and has ended, or what the program ended with; 64 wrong usage, 71 it could not be started, 75 something of
// the slot lives.

func complain(_ message: String) {
    let line = Array("beamctl-keeper: \(message)\n".utf8)
    write(2, line, line.count)
}

// Whatever was inherited is not ours.
beamctl_close_from(3)
if CommandLine.arguments.count == 2, CommandLine.arguments[1] == "--program" {
    Descendants.adopt()
    do {
        exit(try HostedProgram().run())
    } catch {
        complain(error.message)
        exit(71)
    }
}
if CommandLine.arguments.count > 1, CommandLine.arguments[1] == "--tied" {
    complain(TiedProgram.become(Array(CommandLine.arguments.dropFirst(2))).message)
    exit(71)
}
guard CommandLine.arguments.count == 2, chdir(CommandLine.arguments[1]) == 0 else {
    complain("usage: beamctl-keeper SLOT-DIRECTORY, --program, or --tied PROCESS PROGRAM (it is started by beamctl)")
    exit(64)
}
// The terminal's signals are for the BEAM, which has a session of its own.
for number in [SIGHUP, SIGINT, SIGTERM, SIGPIPE] { signal(number, SIG_IGN) }
signal(SIGCHLD, SIG_DFL)
umask(0o077)
Descendants.adopt()

let files: SlotFiles
do {
    files = try SlotFiles()
} catch is SlotFiles.SlotTaken {
    complain("something of this slot still lives: \(CommandLine.arguments[1])")
    exit(75)
} catch let error as KeeperError {
    complain(error.message)
    exit(71)
}
do {
    let spec = try KeeperSpec(SlotFiles.read("spec", atMost: KeeperSpec.largestFile))
    // It holds the values of secrets, and is written anew for each start.
    unlink("spec")
    var keeper = try Keeper(spec, files: files)
    keeper.run()
} catch let error as KeeperError {
    files.say("failed \(error.message)")
    complain(error.message)
    exit(71)
}
