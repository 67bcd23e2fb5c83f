// @path App/Sdk.m
// @finds client-side-secret@error wrong-credential@error
// @rename client name
// @split Signed Up
// @split 83f0a6c12de94b5790b1c6fe28d7a345
// @constant MixpanelApiSecret
#import <Mixpanel/Mixpanel.h>

static NSString * const MixpanelApiSecret = @"83f0a6c12de94b5790b1c6fe28d7a345";
// ~
static NSString * const name = @"Signed Up";
// ~
static NSString *hello(void) {
    return @"hello";
}
// ~
void signedUp(void) {
    // <
    Mixpanel *client = [Mixpanel sharedInstanceWithToken:MixpanelApiSecret trackAutomaticEvents:NO];
    [client track:name];
    // >
}
