public import CrashDump
public import FleetModel

extension CrashReport {
    /// Takes what a dump says.
    public mutating func take(_ dump: CrashDump) {
        isWhole = dump.isWhole
        slogan = dump.slogan
        system = dump.system
        node = dump.node
        memory = dump.memory
        processes = dump.processes
        atoms = dump.atoms
        heaviest = dump.heaviest.map(Process.init)
        longestQueues = dump.longestQueues.map(Process.init)
    }
}

extension CrashReport.Process {
    fileprivate init(_ process: CrashDump.Process) {
        self.init(
            pid: process.pid, name: process.name, spawnedAs: process.spawnedAs, current: process.current,
            memory: process.memory, messages: process.messages)
    }
}
