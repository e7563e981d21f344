import NIOCore
import Testing

@testable import HTTPEntrance

@Suite("Which replica a request goes to")
struct BalancerTests {
    private func backends(_ count: Int) throws -> [Backend] {
        try (0..<count).map {
            try Backend(Route.Endpoint(replica: "shop-\($0)", address: "127.0.0.1", port: UInt16(20_000 + $0)))
        }
    }

    @Test("the one with the fewest open requests and WebSockets together")
    func fewest() throws {
        let backends = try backends(3)
        var balancer = Balancer()
        backends[0].requestBegan()
        backends[1].requestBegan()
        var chosen: [Int] = []
        for _ in 0..<20 {
            let found = balancer.choose(backends, tried: [], now: .now())
            let one = try #require(found)
            one.requestBegan()
            one.tunnelBegan()
            chosen.append(backends.firstIndex { $0 === one } ?? -1)
        }
        let counts = backends.indices.map { number in chosen.count { $0 == number } }
        // With the requests that were open before, all have as many, but for the two that 22 leaves over 7.
        let open = zip(counts, [1, 1, 0]).map { $0 + $1 }
        #expect(open.sorted() == [7, 7, 8], "\(counts)")
    }

    @Test("one that was tried, leaves or was just found unreachable is passed over, the last as long as there is another")
    func passedOver() throws {
        let backends = try backends(3)
        var balancer = Balancer()
        backends[0].leave(true)
        backends[1].shun(now: .now())
        let chosen = [[], [backends[2]], [backends[1], backends[2]]].map { tried in
            balancer.choose(backends, tried: tried, now: .now())
        }
        #expect(chosen[0] === backends[2] && chosen[1] === backends[1] && chosen[2] == nil)
    }
}
