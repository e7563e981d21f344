internal import JSONText
internal import ProcessControl

/// The one that changes what is served: a zone is written down, then served, one after another.
actor ZoneKeeper {
    private let server: DNSServer
    private let file: ZoneFile
    private let stored: AsyncStream<Void>.Continuation
    private(set) var origin: String

    /// Ticks after a zone has been written, for who brings it to the disk.
    nonisolated let changes: AsyncStream<Void>

    init(_ server: DNSServer, _ file: ZoneFile, origin: String) {
        self.server = server
        self.file = file
        self.origin = origin
        (changes, stored) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Serves a zone; when this returns, it is in the file and every query is answered out of it.
    ///
    /// The file is then in the page cache, which outlives the process. The disk, whose pauses would be seen by whoever
    /// waits for a replica to become visible, follows: after a loss of power no replica of the zone is alive anyway.
    func apply(_ zone: Zone) -> ControlSocket.Answer {
        do {
            let index = try server.prepare(zone)
            try file.store(zone)
            server.serve(index)
            origin = zone.origin
            stored.yield()
            return .serial(zone.serial)
        } catch let error as ZoneError {
            return .failure("bad_zone", error.description)
        } catch {
            return .failure("not_stored", "\(error)")
        }
    }

    /// Brings each written zone to the disk, until cancelled; not at once, as the next file would wait for the last one's
    /// journal while a deployment tells zone after zone.
    nonisolated func syncLoop(_ log: @Sendable (String) -> Void) async {
        for await _ in changes {
            guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
            do {
                try file.sync()
            } catch {
                log("zone file could not be synced: \(error)")
            }
        }
    }
}

extension ControlSocket.Answer {
    /// The serial that is served.
    static func serial(_ serial: UInt32, ends: Bool = false) -> Self {
        Self(.object(["serial": .integer(serial)]), ends: ends)
    }
}
