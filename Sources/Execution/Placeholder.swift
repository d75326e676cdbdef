import Subprocess
import SystemPackage
import NIOPosix
