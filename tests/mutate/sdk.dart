// @path lib/sdk.dart
// @finds client-side-secret@error wrong-credential@error
// @rename client name
// @split Signed Up
// @split 83f0a6c12de94b5790b1c6fe28d7a345
// @constant mixpanelApiSecret
import 'package:mixpanel_flutter/mixpanel_flutter.dart';

const mixpanelApiSecret = '83f0a6c12de94b5790b1c6fe28d7a345';
// ~
const name = 'Signed Up';
// ~
String hello() {
  return 'hello';
}
// ~
Future<void> signedUp() async {
  // <
  final client = await Mixpanel.init(mixpanelApiSecret, trackAutomaticEvents: false);
  client.track(name);
  // >
}
