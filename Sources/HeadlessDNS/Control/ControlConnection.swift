internal import Glibc
internal import NIOCore

/// One connection to the control socket: a reply to each line, in order.
struct ControlConnection {
    let process: NameServerProcess
    let stop: AsyncStream<Void>.Continuation

    func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        do {
            try await connection.executeThenClose { lines, replies in
                do {
                    try await answer(lines, replies)
                } catch let error as LineSplitter.LineTooLong {
                    try await replies.write(Self.line(.failure(code: "too_long", message: error.description)))
                }
            }
        } catch is CancellationError {
        } catch {
            process.log("control connection ended: \(error)")
        }
    }

    private func answer(
        _ lines: NIOAsyncChannelInboundStream<ByteBuffer>, _ replies: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        for try await line in lines {
            let request: ControlRequest
            do throws(JSONProblem) {
                request = try ControlRequest(JSONNode(JSONReader.read(Array(line.readableBytesView))))
            } catch {
                try await replies.write(Self.line(.failure(code: "bad_request", message: error.description)))
                continue
            }
            try await replies.write(Self.line(await reply(to: request)))
            if case .stop = request {
                stop.yield()
                return
            }
        }
    }

    private static func line(_ reply: ControlReply) -> ByteBuffer {
        ByteBuffer(bytes: reply.json.bytes + [UInt8(ascii: "\n")])
    }

    private func reply(to request: ControlRequest) async -> ControlReply {
        switch request {
        case .apply(let zone):
            return await apply(zone)
        case .status:
            return .status(await status())
        case .stop:
            process.log("told to stop")
            return .serial(process.server.serial)
        }
    }

    private func apply(_ zone: Zone) async -> ControlReply {
        let reply = await process.keeper.apply(zone)
        if case .failure(_, let message) = reply {
            process.log("zone refused: \(message)")
        } else {
            let endpoints = zone.services.reduce(0) { $0 + $1.endpoints.count }
            process.log("serving \(zone.origin) serial \(zone.serial): \(zone.services.count) services, \(endpoints) endpoints")
        }
        return reply
    }

    private func status() async -> NameServerStatus {
        NameServerStatus(
            pid: getpid(), version: process.configuration.version,
            listeners: process.addresses.map { .init(address: $0.ipAddress ?? "", port: $0.port ?? 0) },
            origin: await process.keeper.origin, serial: process.server.serial,
            uptimeSeconds: Double((NIODeadline.now() - process.started).nanoseconds) / 1e9,
            counters: process.server.counters)
    }
}
