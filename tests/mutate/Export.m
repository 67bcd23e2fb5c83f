// @path App/Export.m
// @finds client-side-secret@error
// @rename request day
// @split /api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant NightlyValue
#import <Foundation/Foundation.h>

static NSString * const NightlyValue = @"7c41be09d35fa8260e9d1b4a76f3c852";
// ~
static NSInteger limit = 20;
// ~
static NSString *hello(void) {
    return @"hello";
}
// ~
void export(NSString *day) {
    // <
    NSString *url = [NSString stringWithFormat:@"%@?from_date=%@", @"https://data.mixpanel.com/api/2.0/export", day];
    NSMutableURLRequest *request = [NSMutableURLRequest requestWithURL:[NSURL URLWithString:url]];
    NSData *login = [[NSString stringWithFormat:@"%@:", NightlyValue] dataUsingEncoding:NSUTF8StringEncoding];
    NSString *header = [NSString stringWithFormat:@"Basic %@", [login base64EncodedStringWithOptions:0]];
    [request setValue:header forHTTPHeaderField:@"Authorization"];
    [[[NSURLSession sharedSession] dataTaskWithRequest:request] resume];
    // >
}
