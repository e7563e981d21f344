import FleetModel

/// What runtimes have in common whose replicas leave their log and their crash dump in a folder of the home.
protocol SlotKeeping {
    /// The folder that holds the replicas' own.
    var home: Home { get }
}

extension SlotKeeping {
    func remove(_ replica: Replica, at now: Timestamp) throws {
        let slot = SlotDirectory(home: home, replica: replica)
        // What cannot be kept is no reason to keep the folder.
        try? collectCrash(of: replica)
        try? EndedLogs(home: home, key: replica.key).collect(replica, from: slot, now: now)
        try slot.remove()
    }

    func logPath(_ replica: Replica) -> String { SlotDirectory(home: home, replica: replica).log }

    func collectCrash(of replica: Replica) throws {
        try CrashStore(home: home, key: replica.key).collect(replica, from: SlotDirectory(home: home, replica: replica))
    }
}
