import FleetModel
import Foundation
import Glibc
import Synchronization
import Testing

@testable import LocalPlatform

@Suite("giving out addresses and ports")
struct SlotAllocatorTests {
    private func slot(_ address: String, _ port: Int) -> Replica.Slot { Replica.Slot(address: address, port: port) }

    @Test("the lowest free places are given, holes first")
    func lowest() throws {
        let allocator = SlotAllocator(network: try LoopbackNetwork("127.88.0.0/24")) { _, _ in true }
        let inUse: Set = [slot("127.88.0.11", 20_000), slot("127.88.0.13", 20_002)]
        #expect(
            try allocator.allocate(3, inUse: inUse) == [
                slot("127.88.0.12", 20_001), slot("127.88.0.14", 20_003), slot("127.88.0.15", 20_004),
            ])
        #expect(try allocator.allocate(0, inUse: inUse) == [])
    }

    @Test("both ports of a place are asked for, and nobody is asked about a place that is taken")
    func asks() throws {
        let asked = Mutex<[String]>([])
        let allocator = SlotAllocator(network: try LoopbackNetwork("127.88.0.0/24")) { address, ports in
            asked.withLock { $0.append("\(address) \(ports)") }
            return address != "127.88.0.12"
        }
        #expect(try allocator.allocate(1, inUse: [slot("127.88.0.11", 20_000)]) == [slot("127.88.0.13", 20_002)])
        #expect(asked.withLock { $0 } == ["127.88.0.12 [20001, 4370]", "127.88.0.13 [20002, 4370]"])
    }

    @Test("all or nothing: when there is no room for all, none is given, and the error says how large the network is")
    func noRoom() throws {
        let allocator = SlotAllocator(network: try LoopbackNetwork("127.88.0.0/28")) { _, _ in true }
        #expect(try allocator.allocate(4, inUse: []).count == 4)
        let error = try #require(throws: PlatformError.self) { try allocator.allocate(5, inUse: []) }
        #expect(error.code == .noRoom)
        #expect(error.message == "no address is left: the network 127.88.0.0/28 has room for 4 replicas")
        #expect(throws: PlatformError.self) { try allocator.allocate(1, inUse: Set(allocator.allocate(4, inUse: []))) }
    }

    @Test("a place where a stranger really listens, on either port, is passed over")
    func busy() throws {
        let network = try LoopbackNetwork("127.94.0.0/16")
        let allocator = SlotAllocator(network: network, isFree: PortProbe.isFree)
        // Far from where programs that listen on every address have been seen.
        let taken = Set((0..<7000).map { slot(network.place($0).address, network.place($0).port) })
        let free = try allocator.allocate(3, inUse: taken)
        let http = try Listener(free[0].address, UInt16(free[0].port))
        let distribution = try Listener(free[1].address, 4370)
        #expect(try allocator.allocate(1, inUse: taken) == [free[2]])
        http.end()
        #expect(try allocator.allocate(1, inUse: taken) == [free[0]])
        distribution.end()
        #expect(try allocator.allocate(3, inUse: taken) == free)
    }

    @Test("a stranger who listens on every address is seen too")
    func wildcard() throws {
        let listener = try Listener("0.0.0.0", 20_987)
        #expect(!PortProbe.isFree("127.94.2.99", [20_987]))
        listener.end()
        #expect(PortProbe.isFree("127.94.2.99", [20_987]))
    }

    @Test("probing leaves nothing behind: neither a listener nor a descriptor")
    func leavesNothing() throws {
        func open() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
                .count {
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.hasPrefix("socket:")
                        == true
                }
        }
        let before = try open()
        for _ in 0..<100 { #expect(PortProbe.isFree("127.94.2.50", [20_050, 4370])) }
        #expect(try open() <= before + 10, "other tests open sockets too, but not so many")
    }
}
