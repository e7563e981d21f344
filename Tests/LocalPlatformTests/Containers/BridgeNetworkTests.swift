import FleetModel
import Testing

@testable import LocalPlatform

@Suite("The network of containers")
struct BridgeNetworkTests {
    @Test("the machine's address comes first, then those of replicas, then a quarter that the Engine gives out")
    func places() throws {
        let network = try BridgeNetwork("10.127.37.99/24")
        #expect(network.description == "10.127.37.0/24")
        #expect(network.gateway == "10.127.37.1")
        #expect(network.range == "10.127.37.192/26")
        let replicas = network.replicas(port: 4000)
        let slots = try SlotAllocator(network: replicas) { _, _ in true }.allocate(replicas.room, inUse: [])
        #expect(slots.first == Replica.Slot(address: "10.127.37.11", port: 4000))
        #expect(slots.last == Replica.Slot(address: "10.127.37.191", port: 4000))
    }

    @Test(
        "what is no private network, too large or too small is refused with what to write instead",
        arguments: ["", "10.0.0.0", "10.0.0.0/27", "10.0.0.0/7", "8.8.8.0/24", "172.32.0.0/16", "127.0.0.0/24", "10.0.0.256/24"])
    func refused(text: String) {
        #expect { try BridgeNetwork(text) } throws: { error in
            (error as? LocalPlatformError)?.description.contains("BEAMCTL_DOCKER_NETWORK is '\(text)'") == true
                && (error as? LocalPlatformError)?.hint?.contains("export BEAMCTL_DOCKER_NETWORK=") == true
        }
    }

    @Test("two homes try different blocks first, and each tries many")
    func candidates() {
        let one = BridgeNetwork.candidates(for: "1a2b3c4d")
        let other = BridgeNetwork.candidates(for: "5e6f7a8b")
        #expect(one.first != other.first)
        #expect(Set(one).count == 64 && one.allSatisfy { $0.description.hasPrefix("10.127.") })
    }

    @Test("blocks meet when one holds an address of the other")
    func meeting() throws {
        let block = try #require(AddressBlock("10.127.0.0/24"))
        #expect(block.meets(try #require(AddressBlock("10.0.0.0/8"))))
        #expect(block.meets(try #require(AddressBlock("10.127.0.128/25"))))
        #expect(!block.meets(try #require(AddressBlock("10.127.1.0/24"))))
    }
}
