import Foundation
import OCIImage
import Testing

@testable import ImageBuild

@Suite("Base images")
struct BaseTests {
    @Test("the standard base is the system that the release was built on")
    func standard() {
        #expect(StandardBase.reference(osRelease: "ID=debian\nVERSION_CODENAME=bookworm\n") == "debian:bookworm-slim")
        #expect(StandardBase.reference(osRelease: "NAME=x\nID=ubuntu\nVERSION_CODENAME=\"noble\"\n") == "ubuntu:noble")
        #expect(StandardBase.reference(osRelease: "ID=alpine\nVERSION_ID=3.20.1\n") == "alpine:3.20")
        #expect(StandardBase.reference(osRelease: "ID=debian\n") == nil && StandardBase.reference(osRelease: "ID=arch\n") == nil)
    }

    @Test("what begins like a path is one, everything else is a reference")
    func sources() throws {
        let scratch = try Scratch()
        try scratch.write("base.tar", "x")
        try scratch.write("layout/oci-layout", "{}")
        try scratch.write("folder/x", "x")
        #expect(try BaseSource("./base.tar", relativeTo: scratch.path) == .archive(path: "\(scratch.path)/./base.tar"))
        #expect(try BaseSource("\(scratch.path)/layout", relativeTo: "/") == .layout(path: "\(scratch.path)/layout", name: nil))
        #expect(
            try BaseSource("\(scratch.path)/layout:slim", relativeTo: "/")
                == .layout(path: "\(scratch.path)/layout", name: "slim"))
        #expect(try BaseSource("base.tar", relativeTo: scratch.path) == .registry(try ImageReference("base.tar")))
        #expect(try BaseSource("debian:bookworm-slim", relativeTo: "/").description == "debian:bookworm-slim")
        #expect(try BaseSource("docker-daemon:shop:1", relativeTo: "/") == .engine(try ImageReference("shop:1")))
        #expect(try BaseSource.nameForEngine("docker-daemon:shop:1") == "shop:1")
        #expect(try BaseSource.nameForEngine("shop:1") == "shop:1")
        for path in ["/srv/base.tar", "./base.tar", "../layout:slim"] {
            let error = #expect(throws: OCIError.self) { try BaseSource.nameForEngine(path) }
            #expect(error?.description.hasPrefix("\(path): is a path") == true)
        }
        for text in ["./none.tar", "./folder", "Debian", "", "docker-daemon:", "docker-daemon:/x"] {
            #expect(throws: OCIError.self) { try BaseSource(text, relativeTo: scratch.path) }
        }
    }
}
